-- What a research command found. The id is made of the bars and the code, so the same work is kept once.
create table research_report (
  id      text primary key,
  kind    text not null,
  made_at timestamptz not null default now(),
  report  jsonb not null
);
create index research_report_newest on research_report (kind, made_at desc);
