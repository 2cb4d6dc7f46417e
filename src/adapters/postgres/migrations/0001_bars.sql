-- Closed 1-minute bars; ts is the bar's open. Monthly partitions are made when a month's first bar is written.
create table bar_1m (
  symbol   text not null,
  ts       timestamptz not null,
  contract text not null,
  open     double precision not null,
  high     double precision not null,
  low      double precision not null,
  close    double precision not null,
  volume   double precision not null check (volume >= 0),
  source   text not null,
  -- Seconds; only a recorded file may bring bars coarser than a minute.
  length_s integer not null default 60 check (length_s > 0),
  primary key (symbol, ts),
  check (low <= open and low <= close and open <= high and close <= high)
) partition by range (ts);
