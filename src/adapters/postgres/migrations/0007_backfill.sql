-- What was asked for, by people and by the nightly chain.
create table backfill_run (
  id         text primary key,
  asked_by   text not null,
  symbols    text[] not null,
  from_day   date not null,
  to_day     date not null,
  -- A vendor that was named; null leaves the choice to the planner.
  source     text,
  forced     boolean not null,
  -- Market time.
  asked_at   timestamptz not null,
  -- By the database's clock, like everything below that is no market time.
  planned_at timestamptz,
  stopped_at timestamptz,
  reason     text
);
create index backfill_run_newest on backfill_run (asked_at desc);

-- A month of one symbol: the unit of work.
create table backfill_chunk (
  id           text primary key,
  run          text not null references backfill_run (id) on delete cascade,
  symbol       text not null,
  from_ts      timestamptz not null,
  to_ts        timestamptz not null,
  source       text not null,
  minutes      integer not null,
  minutes_done integer not null default 0,
  bars         integer not null default 0,
  state        text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'stopped')),
  reason       text,
  holder       text,
  -- A holder that gives no sign until then is gone.
  held_until   timestamptz,
  began_at     timestamptz,
  moved_at     timestamptz
);
create index backfill_chunk_run on backfill_chunk (run);
create index backfill_chunk_open on backfill_chunk (state) where state in ('waiting', 'running');

-- Open minutes a source was asked for and had no bar in. Not asked of it again, and no bar either.
create table bar_hole (
  symbol   text not null,
  source   text not null,
  from_ts  timestamptz not null,
  to_ts    timestamptz not null check (to_ts > from_ts),
  -- Market time.
  asked_at timestamptz not null,
  primary key (symbol, source, from_ts)
);
