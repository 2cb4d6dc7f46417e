-- What the data role did not take, by the trading day on which it came. A missing row means that there was nothing.
create table feed_tally (
  -- Empty for a row or message that names no known symbol.
  symbol      text not null,
  trading_day date not null,
  source      text not null,
  repeated    integer not null default 0 check (repeated >= 0),
  late        integer not null default 0 check (late >= 0),
  refused     integer not null default 0 check (refused >= 0),
  primary key (symbol, trading_day, source)
);
create index feed_tally_day on feed_tally (trading_day);
