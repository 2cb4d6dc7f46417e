-- One count over snapshots and fills. In each table it is the order in which the engine took them; their times cannot tell
-- it alone, since many share one where the data drive the clock.
create sequence raw_order;

alter table position_snapshot add column nr bigint not null default nextval('raw_order');
create unique index position_snapshot_nr on position_snapshot (nr);

-- Every report of a fill as it came. An amendment is a row of its own; nothing is ever changed here.
create table execution (
  nr           bigint not null default nextval('raw_order'),
  account      text not null,
  execution_id text not null,
  received_at  timestamptz not null,
  -- Counts the reports of this fill that came in the same millisecond.
  line         smallint not null,
  operation    text not null,
  order_id     text not null,
  symbol       text not null,
  -- What the symbol meant when it was received; null for an instrument outside the catalogue.
  root         text,
  contract     text,
  side         text not null,
  quantity     integer not null,
  price        double precision not null,
  -- Micro-dollars.
  commission   bigint not null,
  -- When it was filled.
  at           timestamptz not null,
  primary key (account, execution_id, received_at, line)
);
create unique index execution_nr on execution (nr);
create index execution_at on execution (account, at);
create index execution_received on execution (received_at);

-- Round trips that closed, as the journal counts them from the fills; a day is replaced whole. Amounts in micro-dollars,
-- null where the instrument is not known.
create table trade (
  id          text primary key,
  account     text not null,
  trading_day date not null,
  symbol      text not null,
  root        text,
  side        text not null,
  quantity    integer not null,
  opened_at   timestamptz not null,
  closed_at   timestamptz not null,
  entry_price double precision not null,
  exit_price  double precision not null,
  gross       bigint,
  fees        bigint not null,
  net         bigint
);
create index trade_day on trade (account, trading_day, closed_at);

-- What the trader set, version after version. The newest one holds.
create table setting (
  key         text not null,
  version     integer not null,
  id          text not null unique,
  at          timestamptz not null,
  trading_day date not null,
  value       jsonb not null,
  text        text not null,
  primary key (key, version)
);

-- When a risk rule began and ceased to speak.
create table risk_event (
  id          text primary key,
  at          timestamptz not null,
  trading_day date not null,
  rule        text not null,
  severity    text not null,
  phase       text not null,
  text        text not null,
  facts       jsonb not null
);
create index risk_event_at on risk_event (at);
