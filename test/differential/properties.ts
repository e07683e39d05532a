/** The controller properties of both sides. */

export const TOKEN_SECRET = "differential-secret";

/** How long a broker may be silent. */
export const SESSION_TIMEOUT_MS = 6_000;

/** What both sides are told, as in server.properties. */
export const COMMON_PROPERTIES: Readonly<Record<string, string>> = {
  "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
  "super.users": "User:ANONYMOUS",
  "delegation.token.secret.key": TOKEN_SECRET,
  "auto.leader.rebalance.enable": "false",
  "unclean.leader.election.interval.ms": "86400000",
  "broker.session.timeout.ms": String(SESSION_TIMEOUT_MS),
};

/** What makes an Apache controller answer at once and write nothing of its own accord. */
export const APACHE_PROPERTIES: Readonly<Record<string, string>> = {
  "controller.quorum.append.linger.ms": "0",
  "metadata.max.idle.interval.ms": "0",
};
