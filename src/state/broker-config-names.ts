/** The configs of brokers and controllers by type, as Apache Kafka 4.4.0 defines them. */

import type { ConfigType } from "./config-key.ts";

export type BrokerConfigType = ConfigType | "SHORT" | "CLASS" | "PASSWORD";

/** Names by type; those that can only be set before the start, then those that can be changed. */
export const BROKER_CONFIG_NAMES: Readonly<
  Record<BrokerConfigType, readonly [fixed: string, dynamic: string]>
> = {
  BOOLEAN: [
    `
    remote.log.storage.system.enable controlled.shutdown.enable delete.topic.enable
    unstable.api.versions.enable unstable.feature.versions.enable auto.leader.rebalance.enable
    log.cleaner.enable auto.create.topics.enable transaction.two.phase.commit.enable
    controller.quorum.auto.join.enable ssl.allow.dn.changes ssl.allow.san.changes
    sasl.oauthbearer.assertion.claim.jti.include sasl.oauthbearer.allow.unverified.audience
    sasl.oauthbearer.allow.unverified.issuer
    `,
    `
    unclean.leader.election.enable follower.fetch.last.tiered.offset.enable
    group.consumer.assignor.offload.enable group.share.assignor.offload.enable
    errors.deadletterqueue.auto.create.topics.enable group.streams.assignor.offload.enable
    log.preallocate transaction.partition.verification.enable
    `,
  ],
  STRING: [
    `
    remote.log.storage.manager.impl.prefix remote.log.metadata.manager.impl.prefix
    remote.log.storage.manager.class.name remote.log.storage.manager.class.path
    remote.log.metadata.manager.class.name remote.log.metadata.manager.class.path
    remote.log.metadata.manager.listener.name authorizer.class.name broker.rack
    sasl.mechanism.controller.protocol metadata.log.dir security.inter.broker.protocol
    inter.broker.listener.name replica.selector.class group.consumer.migration.policy
    group.share.persister.class.name group.share.dlq.manager.class.name metrics.recording.level
    security.providers ssl.principal.mapping.rules sasl.oauthbearer.scope
    sasl.oauthbearer.client.credentials.client.id sasl.oauthbearer.assertion.algorithm
    sasl.oauthbearer.assertion.claim.aud sasl.oauthbearer.assertion.claim.iss
    sasl.oauthbearer.assertion.claim.sub sasl.oauthbearer.assertion.file
    sasl.oauthbearer.assertion.private.key.file sasl.oauthbearer.assertion.template.file
    sasl.oauthbearer.scope.claim.name sasl.oauthbearer.sub.claim.name
    sasl.oauthbearer.token.endpoint.url sasl.oauthbearer.jwks.endpoint.url
    sasl.oauthbearer.expected.issuer
    `,
    `
    compression.type listener.security.protocol.map max.connections.per.ip.overrides
    errors.deadletterqueue.topic.name.prefix log.message.timestamp.type ssl.client.auth
    ssl.protocol ssl.provider ssl.keystore.type ssl.keystore.location ssl.truststore.type
    ssl.truststore.location ssl.keymanager.algorithm ssl.trustmanager.algorithm
    ssl.endpoint.identification.algorithm ssl.secure.random.implementation
    sasl.mechanism.inter.broker.protocol sasl.kerberos.service.name sasl.kerberos.kinit.cmd
    `,
  ],
  INT: [
    `
    remote.log.metadata.custom.metadata.max.bytes remote.log.manager.thread.pool.size
    remote.log.reader.max.pending.tasks remote.log.manager.copy.quota.window.num
    remote.log.manager.copy.quota.window.size.seconds remote.log.manager.fetch.quota.window.num
    remote.log.manager.fetch.quota.window.size.seconds broker.id
    num.replica.alter.log.dirs.threads request.timeout.ms
    max.incremental.fetch.session.cache.slots fetch.max.bytes max.request.partition.size.limit
    node.id initial.broker.registration.timeout.ms broker.heartbeat.interval.ms
    broker.session.timeout.ms metadata.log.segment.bytes metadata.max.idle.interval.ms
    internal.metadata.log.segment.bytes internal.metadata.max.batch.size.in.bytes
    socket.send.buffer.bytes socket.receive.buffer.bytes socket.request.max.bytes
    socket.listen.backlog.size connection.failed.authentication.delay.ms queued.max.requests
    controller.socket.timeout.ms default.replication.factor replica.socket.timeout.ms
    replica.socket.receive.buffer.bytes replica.fetch.max.bytes replica.fetch.wait.max.ms
    replica.fetch.backoff.ms replica.fetch.min.bytes replica.fetch.response.max.bytes
    fetch.purgatory.purge.interval.requests producer.purgatory.purge.interval.requests
    delete.records.purgatory.purge.interval.requests group.coordinator.threads
    group.coordinator.background.threads group.coordinator.append.linger.ms
    offsets.commit.timeout.ms offsets.load.buffer.size offsets.topic.num.partitions
    offsets.topic.segment.bytes offsets.topic.compression.codec offset.metadata.max.bytes
    offsets.retention.minutes group.min.session.timeout.ms group.max.session.timeout.ms
    group.initial.rebalance.delay.ms group.max.size group.consumer.session.timeout.ms
    group.consumer.min.session.timeout.ms group.consumer.max.session.timeout.ms
    group.consumer.heartbeat.interval.ms group.consumer.min.heartbeat.interval.ms
    group.consumer.max.heartbeat.interval.ms group.consumer.max.size
    group.consumer.min.assignment.interval.ms group.consumer.max.assignment.interval.ms
    group.consumer.regex.refresh.interval.ms group.share.session.timeout.ms
    group.share.min.session.timeout.ms group.share.max.session.timeout.ms
    group.share.heartbeat.interval.ms group.share.min.heartbeat.interval.ms
    group.share.max.heartbeat.interval.ms group.share.max.size
    group.share.min.assignment.interval.ms group.share.max.assignment.interval.ms
    group.share.initialize.retry.interval.ms group.streams.session.timeout.ms
    group.streams.min.session.timeout.ms group.streams.max.session.timeout.ms
    group.streams.heartbeat.interval.ms group.streams.min.heartbeat.interval.ms
    group.streams.max.heartbeat.interval.ms group.streams.max.size
    group.streams.num.standby.replicas group.streams.max.standby.replicas
    group.streams.initial.rebalance.delay.ms group.streams.min.assignment.interval.ms
    group.streams.max.assignment.interval.ms group.streams.task.offset.interval.ms
    group.streams.min.task.offset.interval.ms group.streams.num.warmup.replicas
    group.streams.max.warmup.replicas num.partitions log.roll.hours log.roll.jitter.hours
    log.retention.minutes log.retention.hours log.flush.offset.checkpoint.interval.ms
    log.flush.start.offset.checkpoint.interval.ms group.share.delivery.count.limit
    group.share.max.delivery.count.limit group.share.min.delivery.count.limit
    group.share.record.lock.duration.ms group.share.min.record.lock.duration.ms
    group.share.max.record.lock.duration.ms group.share.partition.max.record.locks
    group.share.max.partition.max.record.locks group.share.min.partition.max.record.locks
    share.fetch.purgatory.purge.interval.requests group.share.max.share.sessions
    share.coordinator.state.topic.num.partitions share.coordinator.state.topic.segment.bytes
    share.coordinator.threads share.coordinator.snapshot.update.records.per.snapshot
    share.coordinator.load.buffer.size share.coordinator.state.topic.compression.codec
    share.coordinator.append.linger.ms share.coordinator.write.timeout.ms
    share.coordinator.state.topic.prune.interval.ms
    share.coordinator.cold.partition.snapshot.interval.ms transaction.state.log.min.isr
    transaction.state.log.load.buffer.size transaction.state.log.num.partitions
    transaction.state.log.segment.bytes producer.id.expiration.check.interval.ms
    transactional.id.expiration.ms transaction.max.timeout.ms
    transaction.abort.timed.out.transaction.cleanup.interval.ms
    transaction.remove.expired.transaction.cleanup.interval.ms
    controller.quorum.election.timeout.ms controller.quorum.fetch.timeout.ms
    controller.quorum.election.backoff.max.ms controller.quorum.append.linger.ms
    controller.quorum.request.timeout.ms controller.quorum.retry.backoff.ms
    controller.quorum.fetch.snapshot.max.bytes controller.quorum.fetch.max.bytes
    metrics.num.samples kafka.metrics.polling.interval.secs telemetry.max.bytes quota.window.num
    replication.quota.window.num alter.log.dirs.replication.quota.window.num
    controller.quota.window.num quota.window.size.seconds replication.quota.window.size.seconds
    alter.log.dirs.replication.quota.window.size.seconds controller.quota.window.size.seconds
    sasl.server.max.receive.size sasl.login.connect.timeout.ms sasl.login.read.timeout.ms
    sasl.oauthbearer.assertion.claim.exp.seconds sasl.oauthbearer.assertion.claim.nbf.seconds
    sasl.oauthbearer.clock.skew.seconds add.partitions.to.txn.retry.backoff.max.ms
    add.partitions.to.txn.retry.backoff.ms
    `,
    `
    remote.log.manager.copier.thread.pool.size remote.log.manager.expiration.thread.pool.size
    remote.log.manager.follower.thread.pool.size remote.log.reader.threads
    remote.fetch.max.wait.ms message.max.bytes max.decompressed.message.bytes num.io.threads
    background.threads compression.gzip.level compression.lz4.level compression.zstd.level
    max.connections.per.ip max.connections max.connection.creation.rate num.network.threads
    num.replica.fetchers group.coordinator.cached.buffer.max.bytes
    group.consumer.assignment.interval.ms group.share.assignment.interval.ms
    group.streams.assignment.interval.ms log.cleaner.threads log.cleaner.io.buffer.size
    log.segment.bytes log.index.size.max.bytes log.index.interval.bytes
    num.recovery.threads.per.data.dir min.insync.replicas
    share.coordinator.cached.buffer.max.bytes producer.id.expiration.ms
    `,
  ],
  SHORT: [
    `
    offsets.topic.replication.factor share.coordinator.state.topic.replication.factor
    share.coordinator.state.topic.min.isr transaction.state.log.replication.factor
    `,
    `
    sasl.login.refresh.min.period.seconds sasl.login.refresh.buffer.seconds
    `,
  ],
  LONG: [
    `
    remote.log.index.file.cache.ttl.ms remote.log.manager.task.interval.ms
    remote.log.manager.task.retry.backoff.ms remote.log.manager.task.retry.backoff.max.ms
    socket.connection.setup.timeout.ms socket.connection.setup.timeout.max.ms
    controller.performance.sample.period.ms controller.performance.always.log.threshold.ms
    server.max.startup.time.ms metadata.log.max.record.bytes.between.snapshots
    metadata.log.max.snapshot.interval.ms metadata.log.segment.ms metadata.max.retention.bytes
    metadata.max.retention.ms internal.metadata.delete.delay.millis connections.max.idle.ms
    queued.max.request.bytes replica.lag.time.max.ms
    replica.high.watermark.checkpoint.interval.ms leader.imbalance.check.interval.seconds
    unclean.leader.election.interval.ms offsets.retention.check.interval.ms
    group.streams.acceptable.recovery.lag log.retention.check.interval.ms
    log.flush.scheduler.interval.ms log.dir.failure.timeout.ms log.initial.task.delay.ms
    metrics.sample.window.ms connections.max.reauth.ms sasl.login.retry.backoff.max.ms
    sasl.login.retry.backoff.ms sasl.oauthbearer.jwks.endpoint.refresh.ms
    sasl.oauthbearer.jwks.endpoint.retry.backoff.ms
    sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms delegation.token.max.lifetime.ms
    delegation.token.expiry.time.ms delegation.token.expiry.check.interval.ms
    `,
    `
    remote.log.index.file.cache.total.size.bytes log.local.retention.ms
    log.local.retention.bytes log.remote.copy.lag.ms log.remote.copy.lag.bytes
    remote.log.manager.copy.max.bytes.per.second remote.log.manager.fetch.max.bytes.per.second
    remote.list.offsets.request.timeout.ms log.cleaner.dedupe.buffer.size log.cleaner.backoff.ms
    log.cleaner.delete.retention.ms log.cleaner.min.compaction.lag.ms
    log.cleaner.max.compaction.lag.ms log.roll.ms log.roll.jitter.ms log.retention.ms
    log.retention.bytes log.flush.interval.messages log.segment.delete.delay.ms
    log.flush.interval.ms log.message.timestamp.before.max.ms log.message.timestamp.after.max.ms
    sasl.kerberos.min.time.before.relogin
    `,
  ],
  DOUBLE: [
    `
    remote.log.manager.task.retry.jitter
    `,
    `
    log.cleaner.io.max.bytes.per.second log.cleaner.io.buffer.load.factor
    log.cleaner.min.cleanable.ratio sasl.kerberos.ticket.renew.window.factor
    sasl.kerberos.ticket.renew.jitter sasl.login.refresh.window.factor
    sasl.login.refresh.window.jitter
    `,
  ],
  LIST: [
    `
    early.start.listeners process.roles controller.listener.names advertised.listeners
    group.coordinator.rebalance.protocols group.consumer.assignors group.share.assignors
    group.streams.assignors group.streams.rack.aware.assignment.tags log.dir log.dirs
    controller.quorum.voters controller.quorum.bootstrap.servers kafka.metrics.reporters
    sasl.oauthbearer.expected.audience
    `,
    `
    config.providers listeners cordoned.log.dirs log.cleanup.policy metric.reporters
    ssl.enabled.protocols ssl.cipher.suites sasl.enabled.mechanisms
    sasl.kerberos.principal.to.local.rules
    `,
  ],
  CLASS: [
    `
    group.streams.topology.description.plugin.class create.topic.policy.class.name
    alter.config.policy.class.name client.quota.callback.class
    sasl.server.callback.handler.class sasl.client.callback.handler.class sasl.login.class
    sasl.login.callback.handler.class sasl.oauthbearer.jwt.retriever.class
    sasl.oauthbearer.jwt.validator.class
    `,
    `
    principal.builder.class ssl.engine.factory.class
    `,
  ],
  PASSWORD: [
    `
    sasl.oauthbearer.client.credentials.client.secret
    sasl.oauthbearer.assertion.private.key.passphrase delegation.token.secret.key
    `,
    `
    ssl.keystore.password ssl.key.password ssl.keystore.key ssl.keystore.certificate.chain
    ssl.truststore.password ssl.truststore.certificates sasl.jaas.config
    `,
  ],
};

/** These can be changed although no config of brokers is defined by that name. */
export const UNDEFINED_DYNAMIC_CONFIGS = [
  "leader.replication.throttled.rate",
  "follower.replication.throttled.rate",
  "replica.alter.log.dirs.io.max.bytes.per.second",
];
