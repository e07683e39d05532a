/** Owns the random ids that Kafka wants for clusters and folders. */
import { randomBytes } from "node:crypto";

/** Returns a random UUID in Kafka's form: 22 characters of URL-safe base64, none of them a leading dash. */
export function randomKafkaId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}
