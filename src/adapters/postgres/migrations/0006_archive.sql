-- Trading days made of 1-minute bars, kept when the minutes have left for the archive.
create table bar_1d (
  symbol      text not null,
  trading_day date not null,
  contract    text not null,
  open        double precision not null,
  high        double precision not null,
  low         double precision not null,
  close       double precision not null,
  volume      double precision not null check (volume >= 0),
  -- Minutes it was made of: a day is only replaced by one of as many or more.
  minutes     integer not null check (minutes > 0),
  primary key (symbol, trading_day),
  check (low <= open and low <= close and open <= high and close <= high)
);

-- Months of minutes that lie in files: whatever is listed here was read back from its file before it left bar_1m.
create table bar_archive (
  symbol      text not null,
  -- yyyy-MM, of UTC.
  month       text not null check (month ~ '^\d{4}-\d{2}$'),
  -- Below the archive's folder.
  file        text not null,
  row_count   integer not null check (row_count > 0),
  first_ts    timestamptz not null,
  last_ts     timestamptz not null,
  sha256      text not null,
  bytes       bigint not null,
  -- Which columns the file has.
  layout      integer not null,
  written_at  timestamptz not null,
  -- When its bars were last brought back.
  restored_at timestamptz,
  primary key (symbol, month)
);
