import type { Tone } from './card-words.js';

/** One line of evidence on the face of a card: its answer, then what the answer rests on. */
export interface FaceLine {
  readonly key: string;
  readonly label: string;
  /** A sign before the answer; it alone carries the colour. */
  readonly mark?: { readonly sign: string; readonly tone: Tone };
  readonly says: string;
  /** Nothing to see there yet, or something to mind. */
  readonly mood?: 'quiet' | 'warning';
  /** No longer of use; the whole line steps back. */
  readonly isDim?: true;
  /** Stands before the answer and can be copied. */
  readonly price?: string;
  /** Pieces that a narrow card may break between. */
  readonly detail: readonly string[];
  readonly strip?: Strip;
}

/** Shares of a whole, left to right, in a strip 100 wide. */
export interface Strip {
  readonly words: string;
  readonly parts: readonly { readonly key: string; readonly from: number; readonly width: number }[];
}

/** One answer to "why": the table behind one value of the card. */
export interface WhySection {
  readonly id: string;
  readonly title: string;
  readonly says: string;
  /** The bar it was read from. */
  readonly at?: string;
  readonly groups: readonly WhyGroup[];
  /** A page that tells more. */
  readonly link?: { readonly href: string; readonly text: string };
}

export interface WhyGroup {
  readonly title?: string;
  readonly says?: string;
  readonly at?: string;
  readonly rows: readonly WhyRow[];
}

export interface WhyRow {
  readonly label: string;
  readonly value: string;
  /** The threshold, weight or formula. */
  readonly rule: string;
  readonly meter?: { readonly value: number; readonly max: number };
}

export const row = (label: string, value: string, rule = ''): WhyRow => ({ label, value, rule });
