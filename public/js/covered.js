// How high the strips are that stick above the plan: what else stays in sight begins below them.

export function startCovered() {
  const strips = document.querySelector('.strips');
  if (!strips) return;
  const root = document.documentElement;
  new ResizeObserver(() => root.style.setProperty('--strips', `${strips.offsetHeight}px`)).observe(strips);
}
