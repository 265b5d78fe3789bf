/** By which act a holder came by its generation: what tells the act that is given again from another one like it. */
export type Origin =
  | {
      readonly kind: 'claim';
      readonly requestId: string;
    }
  | {
      readonly kind: 'transfer';
      /** Of the receipt that was committed. */
      readonly claimId: number;
    }
  | { readonly kind: 'attenuation' };
