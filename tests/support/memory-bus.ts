import type { AccountSnapshot } from '../../src/domain/accounts/snapshot.js';
import type { FeedFact } from '../../src/domain/feed-health/fact.js';
import { after, type EpochMs, MINUTE } from '../../src/kernel/units.js';
import { decodeStoredSnapshot, encodeSnapshot } from '../../src/messages/account.js';
import { decodeBar, encodeBar } from '../../src/messages/bars.js';
import type { CommandAck, NumberedCommand } from '../../src/messages/bridge.js';
import type { PositionsState, RiskStatus } from '../../src/messages/dashboard.js';
import { type DataStatus, dataStatusSchema, type HistoryMarker } from '../../src/messages/data-status.js';
import { decodeStoredExecutions, type ExecutionBatch, encodeExecutions } from '../../src/messages/executions.js';
import { feedFactJson, feedFactOf, feedFactSchema } from '../../src/messages/feed-facts.js';
import type { FocusPlanJson } from '../../src/messages/focus-plan.js';
import { compareIds } from '../../src/messages/stream-id.js';
import type { BarStore } from '../../src/ports/bar-store.js';
import type { BridgeCommands } from '../../src/ports/bridge-commands.js';
import type { DataBus } from '../../src/ports/bus.js';
import type { FeedBar, FeedTick } from '../../src/ports/feed.js';
import type { Log } from '../../src/ports/log.js';

export interface AppendedBar extends FeedBar {
  readonly source: string;
  readonly clock: EpochMs | undefined;
}

/** A data bus in memory. Everything passes through the real codecs; `isDown` makes every call reject. */
export interface MemoryBus extends DataBus {
  readonly bars: AppendedBar[];
  readonly ticks: FeedTick[];
  readonly snapshots: AccountSnapshot[];
  readonly executions: ExecutionBatch[];
  readonly dead: { readonly where: string; readonly reason: string }[];
  readonly statuses: DataStatus[];
  /** Facts that were sent, and what an engine would show; undefined: there is none. */
  readonly facts: FeedFact[];
  believed: readonly FeedFact[] | undefined;
  beat: number;
  /** When a new plan was asked for. */
  readonly refreshes: EpochMs[];
  /** Promises that came without a bar. */
  readonly clocks: EpochMs[];
  isDown: boolean;
  lag: number;
  risk: RiskStatus | undefined;
  positions: PositionsState | undefined;
  plan: FocusPlanJson | undefined;
  marker: HistoryMarker | undefined;
}

export function memoryBus(): MemoryBus {
  const up = (): void => {
    if (bus.isDown) throw new Error('Connection is closed.');
  };
  const bus: MemoryBus = {
    bars: [],
    ticks: [],
    snapshots: [],
    executions: [],
    dead: [],
    statuses: [],
    facts: [],
    refreshes: [],
    believed: undefined,
    beat: 0,
    clocks: [],
    isDown: false,
    lag: 0,
    risk: undefined,
    positions: undefined,
    plan: undefined,
    marker: undefined,
    async appendBars(bars, source, completeThrough) {
      up();
      bars.forEach((bar, i) => {
        const read = decodeBar(encodeBar(bar, source));
        if (!read.ok) throw new Error(read.error);
        bus.bars.push({ ...read.value, clock: i === bars.length - 1 ? completeThrough : undefined });
      });
    },
    async appendClock(completeThrough) {
      up();
      bus.clocks.push(completeThrough);
    },
    async engineFacts() {
      up();
      bus.beat += 1;
      return bus.believed && { beat: bus.beat, facts: bus.believed };
    },
    async sendRefresh(at) {
      up();
      bus.refreshes.push(at);
    },
    async sendFact(fact) {
      up();
      bus.facts.push(feedFactOf(feedFactSchema.parse(feedFactJson(fact))));
    },
    async appendTicks(ticks) {
      up();
      bus.ticks.push(...ticks);
    },
    async appendSnapshot(snapshot) {
      up();
      const read = decodeStoredSnapshot(encodeSnapshot(snapshot));
      if (!read.ok) throw new Error(read.error);
      bus.snapshots.push(read.value);
    },
    async recentSnapshots() {
      up();
      return [...bus.snapshots];
    },
    async appendExecutions(batch) {
      up();
      const read = decodeStoredExecutions(encodeExecutions(batch));
      if (!read.ok) throw new Error(read.error);
      bus.executions.push(read.value);
    },
    async deadLetter(what) {
      up();
      bus.dead.push(what);
    },
    async riskStatus() {
      up();
      return bus.risk;
    },
    async published() {
      const { plan } = bus;
      return { ...(await bus.judgement()), ...(plan && { plan }) };
    },
    async judgement() {
      up();
      const { risk, positions } = bus;
      return { ...(risk && { risk }), ...(positions && { positions }) };
    },
    async setDataStatus(status) {
      up();
      bus.statuses.push(dataStatusSchema.parse(status));
    },
    async historyMarker() {
      up();
      return bus.marker;
    },
    async setHistoryMarker(marker) {
      up();
      bus.marker = marker;
    },
    async barsThrough() {
      up();
      const newest = bus.bars.findLast(({ clock }) => clock !== undefined)?.clock;
      const promised = bus.clocks.at(-1);
      return promised !== undefined && promised > (newest ?? 0) ? promised : newest;
    },
    async engineLag() {
      up();
      return bus.lag;
    },
  };
  return bus;
}

export interface MemoryCommands extends BridgeCommands {
  readonly acks: Map<string, CommandAck & { readonly at: string }>;
  isDown: boolean;
}

/** Bridge commands in memory, numbered 1-0, 2-0 and so on. */
export function memoryCommands(): MemoryCommands {
  const given: NumberedCommand[] = [];
  const up = (): void => {
    if (commands.isDown) throw new Error('Connection is closed.');
  };
  const commands: MemoryCommands = {
    acks: new Map(),
    isDown: false,
    async pending({ account, after: cursor, max }) {
      up();
      const isNew = (id: string) => cursor === '' || compareIds(id, cursor) > 0;
      return given.filter((it) => it.account === account && isNew(it.id) && !commands.acks.has(it.id)).slice(0, max);
    },
    async acknowledge(id, ack) {
      up();
      if (!given.some((it) => it.id === id)) return 'unknown';
      if (commands.acks.has(id)) return 'repeat';
      commands.acks.set(id, ack);
      return 'kept';
    },
    async give(command) {
      up();
      const id = `${given.length + 1}-0`;
      given.push({ id, ...command });
      return id;
    },
  };
  return commands;
}

/** A bar store in memory, idempotent by root and time. */
export function memoryBarStore(): BarStore & { all(): readonly FeedBar[] } {
  const rows = new Map<string, FeedBar>();
  const of = (root: string) =>
    [...rows.values()].filter((row) => row.root === root).sort((a, b) => a.bar.at - b.bar.at);
  return {
    async save(bars) {
      const before = rows.size;
      for (const bar of bars) {
        const key = `${bar.root}/${bar.bar.at}`;
        if (!rows.has(key)) rows.set(key, bar);
      }
      return rows.size - before;
    },
    async range(root, from, to) {
      return of(root).filter(({ bar }) => bar.at >= from && bar.at < to);
    },
    async newest(root) {
      return of(root).at(-1)?.bar.at;
    },
    all: () => [...rows.values()],
  };
}

export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly evt: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Keeps what is logged. */
export function memoryLog(): Log & { readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const at = (level: LogLine['level']) => (fields: Readonly<Record<string, unknown>> & { evt: string }) => {
    lines.push({ level, evt: fields.evt, fields });
  };
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

export const closeOf = ({ bar }: FeedBar): EpochMs => after(bar.at, MINUTE);
