/** Who waits for the answer to one request: a Kafka connection, a peer, an Envelope around it, or the gateway. */

/** Where an answer was true: the last offset it rests on and the epoch of the leader that gave it. */
export interface TrueAt {
  readonly offset: number;
  readonly epoch: number;
}

export interface Respondent {
  /** Sends the response body (`ResponseInit` of the request's API). Either this or `refuse` is called, once. */
  answer(body: object, trueAt: TrueAt | null): void;
  /**
   * Sends the API's own form of an error that stands for the whole request. `nothingWritten` when it is certain that the
   * request has changed nothing and never will.
   */
  refuse(error: number, message: string, nothingWritten?: boolean): void;
}
