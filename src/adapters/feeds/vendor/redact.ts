/** Takes a secret out of text that others wrote: vendors echo keys, and URLs carry them. */
export function redactor(secret: string): (text: string) => string {
  const spellings = [...new Set([secret, encodeURIComponent(secret)])].filter((it) => it !== '');
  return (text) => spellings.reduce((clean, spelling) => clean.replaceAll(spelling, '***'), text);
}
