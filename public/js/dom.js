// Small things every module needs.

export const byId = (id) => document.getElementById(id);

/** Writes only what changed, so that nothing is laid out again for the same words. */
export function put(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

const motion = matchMedia('(prefers-reduced-motion: reduce)');
export const wantsNoMotion = () => motion.matches;
