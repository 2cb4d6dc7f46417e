/** Every Redis name, in one place. `prefix` is COPILOT_PREFIX. */
export const redisNames = (prefix: string) => ({
  bars: `${prefix}data:stream:bars`,
  ticks: `${prefix}data:stream:ticks`,
  account: `${prefix}data:stream:account`,
  dead: `${prefix}data:stream:dead`,
  dataStatus: `${prefix}data:status`,
  dataHistory: `${prefix}data:history`,
  run: `${prefix}run`,
  commands: `${prefix}engine:stream:commands`,
  focus: `${prefix}engine:daily_focus`,
  risk: `${prefix}engine:risk_status`,
  noTrade: `${prefix}engine:no_trade`,
  session: `${prefix}engine:session`,
  positions: `${prefix}engine:positions`,
  alerts: `${prefix}engine:alerts`,
  heartbeat: `${prefix}engine:heartbeat`,
  lease: `${prefix}engine:lease`,
  bridgeCommands: `${prefix}bridge:stream:commands`,
  bridgeAcks: `${prefix}bridge:command_acks`,
  dashboard: `${prefix}dashboard:stream:focus`,
  dashboardLive: `${prefix}dashboard:live`,
  queuePrefix: `${prefix}bull`,
});
export type RedisNames = ReturnType<typeof redisNames>;

/** Bounds of the streams (entries kept, approximately). */
export const STREAM_MAX = {
  bars: 50_000,
  ticks: 10_000,
  account: 20_000,
  dead: 10_000,
  commands: 1_000,
  dashboard: 5_000,
  bridgeCommands: 1_000,
} as const;

/** Consumer group of the engine on the data and command streams. */
export const ENGINE_GROUP = 'engine';
