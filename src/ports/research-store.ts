import type { EpochMs } from '../kernel/units.js';
import type { QualityReport } from '../messages/research.js';

/** A kept report with the time at which it was last made, by the store's clock: research has nothing to do with market time. */
export interface KeptReport {
  readonly report: QualityReport;
  readonly madeAt: EpochMs;
  readonly ageMs: number;
}

/** Research reports. Saving the same report again only renews its time. */
export interface ResearchStore {
  save(report: QualityReport): Promise<void>;
  newest(kind: QualityReport['kind']): Promise<KeptReport | undefined>;
}
