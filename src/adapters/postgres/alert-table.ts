import { type Alert, alertSchema } from '../../messages/dashboard.js';

export interface AlertRow {
  readonly id: string;
  readonly at: Date;
  readonly kind: string;
  readonly severity: string;
  readonly symbol: string | null;
  readonly text: string;
}

export const toAlert = (row: AlertRow): Alert => alertSchema.parse({ ...row, at: row.at.toISOString() });
