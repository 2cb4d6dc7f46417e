import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FocusAsset, type FocusPlanJson, focusPlanSchema } from '../../src/messages/focus-plan.js';
import { type UpState, upStateSchema } from '../../src/messages/up-state.js';
import { eventually } from './eventually.js';
import { freePorts, isRunning, type Program, startProgram } from './program.js';
import { testFolder } from './services.js';

/** The whole program as a user starts it, in a folder of its own. */
export interface RunningSystem {
  readonly web: string;
  readonly bridge: string;
  readonly dataDir: string;
  readonly program: Program;
  state(): UpState;
  pidOf(name: string): number;
  /** The plan of `GET /api/focus`, undefined while there is none. */
  plan(): Promise<FocusPlanJson | undefined>;
  /** The plan once every card has its regime: the worker trains the models some seconds after the first plan. */
  settledPlan(): Promise<FocusPlanJson>;
  page(): Promise<string>;
  isHealthy(): Promise<boolean>;
  kill(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Makes systems for one test file; each start waits for its first plan. Call at the top level. */
export function systems(): (args: readonly string[]) => Promise<RunningSystem> {
  const home = testFolder();
  // mkdtemp closes the folder to everyone else, and root runs Postgres as another user.
  chmodSync(home, 0o755);
  let runs = 0;
  return async (args) => {
    const [web, bridge] = await freePorts(2);
    runs += 1;
    const dataDir = join(home, String(runs));
    const env = { COPILOT_DATA_DIR: dataDir, WEB_PORT: String(web), BRIDGE_PORT: String(bridge) };
    const system = systemOf(startProgram(['up', ...args], env), { web, bridge, dataDir });
    await eventually(system.plan, { timeout: 40_000 }).catch(() => {
      throw new Error(`no plan within 40 s:\n${system.program.output().slice(-3_000)}`);
    });
    return system;
  };
}

interface Place {
  readonly web: number | undefined;
  readonly bridge: number | undefined;
  readonly dataDir: string;
}

function systemOf(program: Program, { web: webPort, bridge, dataDir }: Place): RunningSystem {
  const web = `http://127.0.0.1:${webPort}`;
  const state = () => upStateSchema.parse(JSON.parse(readFileSync(join(dataDir, 'up.json'), 'utf8')));
  const pidOf = (name: string): number => {
    const pid = state().processes.find((it) => it.name === name)?.pid;
    // Signalling process 0 would end the test run itself.
    if (!pid) throw new Error(`${name} does not run`);
    return pid;
  };
  async function plan(): Promise<FocusPlanJson | undefined> {
    const answer = await fetch(`${web}/api/focus`).catch(() => undefined);
    return answer?.ok ? focusPlanSchema.parse(await answer.json()) : undefined;
  }
  return {
    web,
    bridge: `http://127.0.0.1:${bridge}`,
    dataDir,
    program,
    state,
    pidOf,
    plan,
    async settledPlan() {
      const hasRegimes = (it: FocusPlanJson) => [...it.assets, ...it.others].every(({ regime }) => regime);
      const settled = async (): Promise<FocusPlanJson> => {
        const newest = await plan();
        if (!newest || !hasRegimes(newest)) throw new Error('a card has no regime yet');
        return newest;
      };
      return eventually(settled, { timeout: 30_000, every: 100 });
    },
    page: async () => (await fetch(web)).text(),
    isHealthy: async () => (await fetch(`${web}/health`).catch(() => undefined))?.status === 200,
    async kill(name) {
      // A process that died a moment ago may still stand in the list: the one to kill is its successor.
      const living = (): number => {
        const listed = pidOf(name);
        if (!isRunning(listed)) throw new Error(`${name} is not started again`);
        return listed;
      };
      const pid = await eventually(living, { timeout: 20_000 });
      process.kill(pid, 'SIGKILL');
      await eventually(() => !isRunning(pid));
    },
    async stop() {
      program.process.kill('SIGTERM');
      await program.ended;
    },
  };
}

/** What was decided: last prices and ages move on between two plans and are laid over it, and the verdict is renewed. */
export function decided(plan: FocusPlanJson | undefined) {
  if (!plan) return undefined;
  const bare = ({ last_price: _p, price_at: _t, data_age_s: _a, ...card }: FocusAsset) => card;
  const { no_trade: _n, ...rest } = plan;
  return { ...rest, assets: plan.assets.map(bare), others: plan.others.map(bare) };
}
