import type { Eta } from 'eta';

/** Eta works a template's path out anew at every rendering, which takes longer than a small template; it never changes. */
export function rememberPaths(views: Eta): Eta {
  const resolve = views.resolvePath?.bind(views);
  if (!resolve) return views;
  const known = new Map<string, string>();
  views.resolvePath = (template, options) => {
    const key = `${options?.filepath ?? ''}\n${template}`;
    const path = known.get(key) ?? resolve(template, options);
    known.set(key, path);
    return path;
  };
  return views;
}
