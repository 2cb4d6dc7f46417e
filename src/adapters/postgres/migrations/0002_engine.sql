-- What the engine decided, in order: the state of a day is this table folded from its first row.
create table audit (
  seq         bigint primary key,
  event_id    text not null unique,
  at          timestamptz not null,
  trading_day date not null,
  kind        text not null,
  event       jsonb not null,
  outputs     jsonb not null,
  code        text not null
);
create index audit_day on audit (trading_day, seq);

-- How far the outputs of the audit were carried out; rows behind it are carried out again after a crash.
create table engine_cursor (
  one           boolean primary key default true check (one),
  performed_seq bigint not null
);
insert into engine_cursor (performed_seq) values (0);

create table focus_snapshot (
  as_of       timestamptz primary key,
  trading_day date not null,
  plan        jsonb not null
);
create index focus_snapshot_day on focus_snapshot (trading_day, as_of);

create table alert (
  id          text primary key,
  at          timestamptz not null,
  trading_day date not null,
  kind        text not null,
  severity    text not null,
  symbol      text,
  text        text not null
);
create index alert_at on alert (at);

create table position_snapshot (
  account     text not null,
  epoch       text not null,
  seq         bigint not null,
  received_at timestamptz not null,
  snapshot    jsonb not null,
  primary key (account, epoch, seq)
);
create index position_snapshot_at on position_snapshot (account, received_at);

-- A setup that triggered: the price traded in the entry zone of a tradeable card.
create table signal (
  id          text primary key,
  at          timestamptz not null,
  trading_day date not null,
  symbol      text not null,
  type        text not null,
  direction   text not null,
  facts       jsonb not null
);

create table job_run (
  id          text primary key,
  name        text not null,
  due_at      timestamptz not null,
  outcome     text not null,
  reason      text
);
