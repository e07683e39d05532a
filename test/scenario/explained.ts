/** Differences from Apache's controllers that are meant to be, each with its row in docs/kafka-differences.md. */

import type { Explanation } from "./compare.ts";

const VOTERS = "AddRaftVoter, RemoveRaftVoter, UpdateRaftVoter";
const REGISTRATION = "RegisterControllerRecord";
const OLDEST = "oldest metadata.version";
const REFUSAL = "message of a denied ACL change";

export const EXPLAINED: readonly Explanation[] = [
  {
    row: OLDEST,
    step: /start broker 11$/,
    rewrite: [/("metadata\.version","minSupportedVersion":)7,/, "$121,"],
  },
  {
    row: OLDEST,
    step: /controllers> kafka-features describe/,
    rewrite: [/(Feature: metadata\.version +SupportedMinVersion: )3\.3-IV3/, "$13.9-IV0"],
  },
  {
    row: OLDEST,
    step: /kafka-metadata-shell/,
    rewrite: [/^(out cluster\/controllers\/.*metadata\.version: )7-/, "$121-"],
  },
  // The one that was killed and came back has registered once more.
  {
    row: REGISTRATION,
    step: /\[recorded failover\]/,
    apache: /^log registerController .*<incarnation of <controller A> 2>/,
  },
  {
    row: REGISTRATION,
    step: /kafka-metadata-shell/,
    rewrite: [
      /^(out cluster\/controllers\/<controller A> .*<incarnation of <controller A>) 2(>.*metadata\.version: )7-/,
      "$1$221-",
    ],
  },
  {
    row: "a broker that was shut down, when its session ends",
    step: /^\[(recorded deaths|elections|unclean elections|eligible replicas)\]/,
    apache: /^log brokerRegistrationChange v0 .*"fenced":1}$/,
    isOptional: true,
  },
  {
    row: REFUSAL,
    step: /alice@12>/,
    apache: /Request Request\(processor=.* needs ALTER permission\./,
    quorate: /Request [A-Z]\w+ needs ALTER permission\./,
  },
  {
    row: VOTERS,
    step: /kafka-metadata-quorum remove-controller/,
    apache: /VoterNotFoundException: Cannot remove voter/,
    quorate: /UnsupportedVersionException: The node does not support REMOVE_RAFT_VOTER/,
  },
  {
    row: "loggers of a controller",
    step: /controllers> kafka-configs --alter --entity-type broker-loggers/,
    apache: /^exit 0$|^out Completed updating config for broker-logger 1\.$/,
    quorate: /^exit 1$|^err Invalid broker logger\(s\): kafka\.server\.ControllerApis$/,
  },
  {
    row: "DescribeConfigs of a controller",
    step: /controllers> kafka-configs --describe --entity-type brokers/,
    rewrite: [/, DEFAULT_CONFIG:max\.connections=2147483647/, ""],
  },
];
