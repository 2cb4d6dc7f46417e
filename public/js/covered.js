// How high is what sticks to the top of the window: what else stays in sight begins below it.

/** The strips as a whole, or on a phone what they keep of themselves. */
const MAY_STICK = '.strips, .strip-now, .risk-now > .strip-head';

export function startCovered() {
  const strips = document.querySelector('.strips');
  if (!strips) return;
  const root = document.documentElement;
  const tell = () => {
    const height = `${heightStuck()}px`;
    if (root.style.getPropertyValue('--strips') !== height) root.style.setProperty('--strips', height);
  };
  const resized = new ResizeObserver(tell);
  // On a phone the strips themselves have no box; what changes within them changes the height of the page.
  for (const it of [strips, document.body]) resized.observe(it, { box: 'border-box' });
}

function heightStuck() {
  const stuck = [...document.querySelectorAll(MAY_STICK)].filter((it) => getComputedStyle(it).position === 'sticky');
  return stuck.reduce((sum, { offsetHeight }) => sum + offsetHeight, 0);
}
