import type { EpochMs } from '../../../kernel/units.js';
import type { Mode } from '../../../messages/focus-plan.js';
import type { DayRange } from '../charts/day-chart.js';
import type { Freshness } from '../liveness.js';
import type { DashboardState } from '../state.js';

/** Everything a view may look at. */
export interface ViewContext {
  readonly state: DashboardState;
  readonly now: EpochMs;
  readonly freshness: Freshness;
  readonly mode: Mode;
  /** Market milliseconds per wall millisecond, so the browser's clock runs like ours. */
  readonly speed: number;
  /** High and low of the trading day, where the bars were read. */
  readonly range?: ((root: string) => DayRange | undefined) | undefined;
}

/** A part of the page: a view-model and the template `views/panels/<id>.eta` with one shared name. */
export interface Panel {
  readonly id: string;
  /** Heading for screen readers, and on screen where the template shows it. */
  readonly title: string;
  /** The stream event that carries this panel. */
  readonly event: string;
  /** Other events after which it shows something else. */
  readonly alsoOn?: readonly string[];
  /** Element of the frame; a landmark where the part deserves one. */
  readonly tag?: 'section' | 'div';
  view(context: ViewContext): PanelView;
}

/** What a template gets. `frame` becomes data attributes and a tone of the panel's outer element. */
export interface PanelView {
  readonly tone: Tone;
  readonly data?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

export type Tone = 'calm' | 'good' | 'warning' | 'stop' | 'unknown';
