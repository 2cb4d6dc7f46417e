/** Structured log, used at edges only. `evt` names the kind of event, e.g. `feed.gap`. */
export interface Log {
  debug(fields: Readonly<Record<string, unknown>> & { evt: string }, text: string): void;
  info(fields: Readonly<Record<string, unknown>> & { evt: string }, text: string): void;
  warn(fields: Readonly<Record<string, unknown>> & { evt: string }, text: string): void;
  error(fields: Readonly<Record<string, unknown>> & { evt: string }, text: string): void;
}
