/** A card of the page as a browser without JavaScript gets it; undefined while there is none. */
export async function shownCard(url: string, symbol: string) {
  const page = await (await fetch(url)).text();
  const id = `card-${symbol.toLowerCase()}`;
  const card = new RegExp(`<article id="${id}"[\\s\\S]*?</article>`).exec(page)?.[0];
  if (card === undefined) return undefined;
  const of = (pattern: RegExp): string | undefined => pattern.exec(card)?.[1];
  return {
    isStale: of(/data-stale="(\w+)"/) === 'true',
    isTradeable: of(/data-tradeable="(\w+)"/) === 'true',
    note: of(/<p class="card-note[^"]*">([^<]*)</) ?? '',
  };
}
