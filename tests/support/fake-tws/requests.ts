/** What a client asks for, read from the fields of server version 178. */
export type TwsRequest =
  | { readonly kind: 'start'; readonly clientId: number }
  | { readonly kind: 'contract'; readonly id: number; readonly query: ContractQuery }
  | {
      readonly kind: 'history';
      readonly id: number;
      readonly conId: number;
      readonly end: string;
      readonly duration: string;
      readonly size: string;
      readonly what: string;
    }
  | { readonly kind: 'bars'; readonly id: number; readonly conId: number; readonly what: string }
  | { readonly kind: 'price'; readonly id: number; readonly conId: number }
  | { readonly kind: 'cancel'; readonly id: number }
  | { readonly kind: 'other'; readonly fields: readonly string[] };

export interface ContractQuery {
  readonly symbol: string;
  readonly secType: string;
  readonly month: string;
  readonly exchange: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly includeExpired: boolean;
}

export function readRequest(fields: readonly string[]): TwsRequest {
  const text = (at: number): string => fields[at] ?? '';
  const number = (at: number): number => Number(text(at));
  switch (number(0)) {
    case 71:
      return { kind: 'start', clientId: number(2) };
    case 9:
      return {
        kind: 'contract',
        id: number(2),
        query: {
          ...{ symbol: text(4), secType: text(5), month: text(6), exchange: text(10) },
          ...{ localSymbol: text(13), tradingClass: text(14), includeExpired: text(15) === '1' },
        },
      };
    case 20:
      return {
        ...{ kind: 'history', id: number(1), conId: number(2) },
        ...{ end: text(15), size: text(16), duration: text(17), what: text(19) },
      };
    case 50:
      return { kind: 'bars', id: number(2), conId: number(3), what: text(16) };
    case 1:
      return { kind: 'price', id: number(2), conId: number(3) };
    case 2:
    case 25:
    case 51:
      return { kind: 'cancel', id: number(2) };
    default:
      return { kind: 'other', fields };
  }
}
