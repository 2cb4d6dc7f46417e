import type { TrainedRegime } from '../domain/regime/training.js';
import type { EpochMs, TradingDay } from '../kernel/units.js';

export interface RootModel {
  readonly root: string;
  readonly model: TrainedRegime;
}

export interface StoredTraining extends RootModel {
  /** Trading day the training was due on. */
  readonly day: TradingDay;
  /** Market time at which the engine is told of it. */
  readonly at: EpochMs;
  /** The code that trained it. */
  readonly code: string;
}

/** Trained regime models, one per instrument and trading day. */
export interface RegimeStore {
  /** The same training again changes nothing. */
  save(training: StoredTraining): Promise<void>;
  /** Each instrument's newest model of those the engine was told of before an instant. */
  modelsBefore(at: EpochMs): Promise<readonly RootModel[]>;
  /** Whether a job has its outcome, trained or refused. */
  hasOutcome(jobId: string): Promise<boolean>;
}
