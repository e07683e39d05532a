/** What simulated brokers say they support. */

/** Ranges that any finalized level of the features falls into. */
export const BROKER_FEATURES = [
  { name: "metadata.version", minSupportedVersion: 7, maxSupportedVersion: 33 },
  { name: "kraft.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  { name: "group.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  { name: "transaction.version", minSupportedVersion: 0, maxSupportedVersion: 2 },
  { name: "eligible.leader.replicas.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
  { name: "share.version", minSupportedVersion: 0, maxSupportedVersion: 2 },
  { name: "streams.version", minSupportedVersion: 0, maxSupportedVersion: 1 },
];
