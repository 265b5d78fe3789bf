/** What the log of the authority says about protocol sessions, record by record, and what those who take part were told. */
export type ProtocolFact = LoggedFact | ToldFact;

type OfSession = { readonly node: string; readonly sid: number };
type OnEdge = OfSession & { readonly from: string; readonly to: string };

type LoggedFact =
  | ({ readonly kind: 'log.protocol-opened' } & OfSession & {
        /** The session of the room of ownership that guards it. */
        readonly session: string;
        readonly request: string;
        /** Stands for roles and types. */
        readonly plan: string;
      })
  | ({ readonly kind: 'log.protocol-sent' } & OnEdge & {
        readonly label: string;
        /** Stands for it; no two messages of a run share it. */
        readonly payload: string;
      })
  | ({ readonly kind: 'log.protocol-received' } & OnEdge & { readonly label: string })
  /** A handler was bound, or a trace recorded. */
  | ({ readonly kind: 'log.protocol-changed' } & OfSession & { readonly what: string })
  | ({ readonly kind: 'log.protocol-status' } & OfSession & {
        readonly status: 'active' | 'draining' | 'closed' | 'cancelled' | 'faulted';
      })
  | ({ readonly kind: 'log.protocol-archived' | 'log.protocol-forgotten' } & OfSession);

type ToldFact =
  | ({
      /** Somebody was told that its message was taken at that place of the edge, or which one it has received there. */
      readonly kind: 'protocol.told-sent' | 'protocol.told-received';
    } & OnEdge & { readonly position: number; readonly label: string; readonly payload: string })
  | ({
      /** Somebody was told that what it wanted done to an edge of a session is done. */
      readonly kind: 'protocol.told-bound';
    } & OfSession & {
        /** Of which session the edge is that was shown. */
        readonly edgeSid: number;
      })
  | {
      /** Somebody was told that it has no authority for what it wanted to do to a session. */
      readonly kind: 'protocol.told-denied';
      readonly node: string;
      readonly session: string;
      readonly owner: string;
      readonly code: string;
    };
