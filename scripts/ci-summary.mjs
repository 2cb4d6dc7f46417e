// Last line of CI: "N passed, N failed", from vitest's JSON files and the steps around them.
// Usage: ci-summary.mjs [--step NAME=EXITCODE ...] FILE.json ...
import { existsSync, readFileSync } from 'node:fs';

const args = process.argv.slice(2);
let passed = 0;
let failed = 0;
for (let i = 0; i < args.length; i += 1) {
  if (args[i] === '--step') {
    i += 1;
    const [name, code] = args[i].split('=');
    if (code === '0') passed += 1;
    else failed += 1;
    if (code !== '0') console.log(`FAIL  ${name} (exit code ${code})`);
    continue;
  }
  const report = read(args[i]);
  if (report === undefined) {
    // A run that left no report did not get to its end.
    console.log(`FAIL  no test report ${args[i]}`);
    failed += 1;
    continue;
  }
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const suite of report.testResults) {
    const broken = suite.assertionResults.filter((test) => test.status === 'failed');
    // A file that cannot even be loaded has no tests to count.
    if (suite.status === 'failed' && broken.length === 0) failed += 1;
    if (suite.status === 'failed' && broken.length === 0)
      console.log(`FAIL  ${suite.name}: ${suite.message.split('\n')[0]}`);
    for (const test of broken) console.log(`FAIL  ${suite.name}: ${test.fullName}`);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function read(file) {
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
