/** The listener name under which brokers look controllers up: upper case, as Kafka normalises it. */
export const LISTENER_NAME = "CONTROLLER";
