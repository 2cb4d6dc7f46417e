-- Trained regime models. The newest one an engine was told of before its fold begins is loaded; later ones are in the audit.
create table regime_model (
  symbol          text not null,
  trading_day     date not null,
  -- Market time at which the engine was told.
  at              timestamptz not null,
  -- Open of the newest 5-minute bar it has seen.
  trained_through timestamptz not null,
  model           jsonb not null,
  fit             jsonb not null,
  code            text not null,
  primary key (symbol, trading_day)
);
create index regime_model_newest on regime_model (symbol, trained_through desc);
