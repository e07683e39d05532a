/** Why a resource's configs are not altered. */
export interface ConfigRefusal {
  readonly errorCode: number;
  /** Null where Kafka says nothing more than the code. */
  readonly message: string | null;
}
