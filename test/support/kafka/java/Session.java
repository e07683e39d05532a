/*
 * Owns one JVM that runs many client jobs: reads one JSON object a line on stdin ({"id", "command", ...})
 * and answers each with one line ({"id", "ok", ...}); a long job also writes {"id", "event"} lines.
 * Commands run side by side. The end of stdin ends the JVM, so it never outlives the test.
 */

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.QuorumInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

public final class Session {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PrintStream OUT = System.out;

    private final String brokers;
    private final String controllers;
    private final Map<Long, Thread> jobs = new ConcurrentHashMap<>();
    private Admin brokerAdmin;
    private Admin controllerAdmin;

    private Session(String brokers, String controllers) {
        this.brokers = brokers;
        this.controllers = controllers;
    }

    /** Arguments: brokers' bootstrap list, controllers' bootstrap list ("-" for none). */
    public static void main(String[] args) throws Exception {
        Session session = new Session(args[0], args[1]);
        ExecutorService pool = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        });
        write(JSON.createObjectNode().put("ready", true));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            JsonNode command = JSON.readTree(line);
            if (command.get("command").asText().equals("quit")) {
                break;
            }
            pool.execute(() -> session.answer(command));
        }
        System.exit(0);
    }

    private void answer(JsonNode command) {
        long id = command.get("id").asLong();
        ObjectNode answer = JSON.createObjectNode().put("id", id);
        jobs.put(id, Thread.currentThread());
        try {
            run(command, answer);
            answer.put("ok", true);
        } catch (Throwable error) {
            Throwable cause = error instanceof ExecutionException ? error.getCause() : error;
            answer.put("ok", false).put("error", cause.getClass().getSimpleName());
            answer.put("message", String.valueOf(cause.getMessage()));
        } finally {
            // Under the lock that `stop` takes, so that an interrupt never reaches a thread's next job.
            synchronized (jobs) {
                jobs.remove(id);
                Thread.interrupted();
            }
        }
        write(answer);
    }

    private void run(JsonNode command, ObjectNode answer) throws Exception {
        switch (command.get("command").asText()) {
            case "create" -> create(command, command.get("topic").asText());
            case "create-until-stopped" -> createUntilStopped(command, answer);
            case "delete" -> admin(command).deleteTopics(List.of(command.get("topic").asText())).all().get();
            case "topics" -> admin(command).listTopics().names().get().stream().sorted()
                .forEach(answer.putArray("topics")::add);
            case "describe" -> describe(command, answer);
            case "cluster" -> cluster(command, answer);
            case "quorum" -> quorum(command, answer);
            case "produce" -> produce(command, answer);
            case "consume" -> consume(command, answer);
            case "transact" -> transact(command, answer);
            case "stop" -> {
                synchronized (jobs) {
                    Thread job = jobs.get(command.get("job").asLong());
                    if (job != null) {
                        job.interrupt();
                    }
                }
            }
            default -> throw new IllegalArgumentException("unknown command");
        }
    }

    private void create(JsonNode command, String topic) throws Exception {
        Map<String, String> configs = new HashMap<>();
        command.path("configs").properties().forEach(e -> configs.put(e.getKey(), e.getValue().asText()));
        short replicas = (short) command.get("replicationFactor").asInt();
        NewTopic topicToCreate = new NewTopic(topic, command.get("partitions").asInt(), replicas);
        admin(command).createTopics(List.of(topicToCreate.configs(configs))).all().get();
    }

    private void createUntilStopped(JsonNode command, ObjectNode answer) throws Exception {
        long id = command.get("id").asLong();
        ArrayNode failed = answer.putArray("failed");
        String attempted = null;
        try {
            for (int i = 0; ; i++) {
                attempted = command.get("prefix").asText() + "-" + i;
                ObjectNode event = JSON.createObjectNode().put("topic", attempted);
                try {
                    create(command, attempted);
                    event.put("acknowledged", true);
                } catch (ExecutionException error) {
                    event.put("acknowledged", false).put("error", error.getCause().toString());
                    failed.add(attempted);
                }
                attempted = null;
                write(JSON.createObjectNode().put("id", id).set("event", event));
                Thread.sleep(command.get("intervalMs").asLong());
            }
        } catch (InterruptedException stopped) {
            if (attempted != null) {
                failed.add(attempted);
            }
        }
    }

    private void describe(JsonNode command, ObjectNode answer) throws Exception {
        String topic = command.get("topic").asText();
        var description = admin(command).describeTopics(List.of(topic)).allTopicNames().get().get(topic);
        answer.put("topicId", description.topicId().toString());
        ArrayNode partitions = answer.putArray("partitions");
        description.partitions().forEach(partition -> {
            ObjectNode entry = partitions.addObject().put("partition", partition.partition());
            entry.put("leader", partition.leader() == null ? -1 : partition.leader().id());
            ids(entry.putArray("replicas"), partition.replicas());
            ids(entry.putArray("isr"), partition.isr());
            ids(entry.putArray("elr"), partition.elr() == null ? List.of() : partition.elr());
        });
    }

    private void cluster(JsonNode command, ObjectNode answer) throws Exception {
        var cluster = admin(command).describeCluster();
        answer.put("clusterId", cluster.clusterId().get());
        answer.put("controller", cluster.controller().get() == null ? -1 : cluster.controller().get().id());
        ids(answer.putArray("nodes"), cluster.nodes().get());
    }

    private void quorum(JsonNode command, ObjectNode answer) throws Exception {
        QuorumInfo quorum = admin(command).describeMetadataQuorum().quorumInfo().get();
        answer.put("leader", quorum.leaderId()).put("epoch", quorum.leaderEpoch());
        answer.put("highWatermark", quorum.highWatermark());
        replicas(answer.putArray("voters"), quorum.voters());
        replicas(answer.putArray("observers"), quorum.observers());
    }

    private void produce(JsonNode command, ObjectNode answer) throws Exception {
        String topic = command.get("topic").asText();
        String prefix = command.get("prefix").asText();
        // Without a count the job goes on until it is stopped.
        int count = command.path("count").asInt(Integer.MAX_VALUE);
        long intervalMs = command.path("intervalMs").asLong();
        var acknowledged = new ConcurrentSkipListSet<Integer>();
        var failures = new AtomicInteger();
        var lastError = new AtomicReference<>("");
        try (var producer = new KafkaProducer<String, String>(producerConfig(command))) {
            int sent = 0;
            try {
                for (; sent < count; sent++) {
                    int index = sent;
                    producer.send(new ProducerRecord<>(topic, prefix + "-" + index), (metadata, error) -> {
                        if (error == null) {
                            acknowledged.add(index);
                        } else {
                            failures.incrementAndGet();
                            lastError.set(error.toString());
                        }
                    });
                    if (intervalMs > 0) {
                        Thread.sleep(intervalMs);
                    }
                }
            } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException stopped) {
                Thread.interrupted();
            }
            producer.flush();
            answer.put("sent", sent);
        }
        ranges(answer.putArray("acknowledged"), acknowledged);
        answer.put("failures", failures.get()).put("lastError", lastError.get());
    }

    private void transact(JsonNode command, ObjectNode answer) throws Exception {
        String topic = command.get("topic").asText();
        String prefix = command.get("prefix").asText();
        int perTransaction = command.get("messagesPerTransaction").asInt();
        int abortEvery = command.path("abortEvery").asInt();
        Properties config = producerConfig(command);
        config.put("transactional.id", command.get("transactionalId").asText());
        var committed = new TreeSet<Integer>();
        int aborted = 0;
        try (var producer = new KafkaProducer<String, String>(config)) {
            producer.initTransactions();
            for (int n = 0; n < command.get("transactions").asInt(); n++) {
                producer.beginTransaction();
                var indices = new TreeSet<Integer>();
                for (int m = 0; m < perTransaction; m++) {
                    int index = n * perTransaction + m;
                    producer.send(new ProducerRecord<>(topic, prefix + "-" + index));
                    indices.add(index);
                }
                if (abortEvery > 0 && n % abortEvery == abortEvery - 1) {
                    // What is not sent yet is dropped by an abort: flush so that aborted data reaches the log.
                    producer.flush();
                    producer.abortTransaction();
                    aborted++;
                } else {
                    producer.commitTransaction();
                    committed.addAll(indices);
                }
            }
        }
        ranges(answer.putArray("committed"), committed);
        answer.put("aborted", aborted);
    }

    private void consume(JsonNode command, ObjectNode answer) throws Exception {
        Properties config = clientConfig(brokers, command);
        config.put("key.deserializer", StringDeserializer.class.getName());
        config.put("value.deserializer", StringDeserializer.class.getName());
        config.put("group.id", command.get("group").asText());
        config.put("auto.offset.reset", "earliest");
        config.put("enable.auto.commit", "false");
        config.put("isolation.level", command.path("isolation").asText("read_uncommitted"));
        int count = command.get("count").asInt();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(command.get("timeoutMs").asLong());
        Map<String, TreeSet<Integer>> received = new TreeMap<>();
        int consumed = 0;
        int duplicates = 0;
        try (var consumer = new KafkaConsumer<String, String>(config)) {
            consumer.subscribe(List.of(command.get("topic").asText()));
            while (consumed < count && System.nanoTime() < deadline) {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                    int dash = record.value().lastIndexOf('-');
                    int index = Integer.parseInt(record.value().substring(dash + 1));
                    consumed++;
                    if (!received.computeIfAbsent(record.value().substring(0, dash), k -> new TreeSet<>()).add(index)) {
                        duplicates++;
                    }
                }
            }
            consumer.commitSync();
        }
        answer.put("consumed", consumed).put("duplicates", duplicates);
        ObjectNode byPrefix = answer.putObject("received");
        received.forEach((prefix, indices) -> ranges(byPrefix.putArray(prefix), indices));
    }

    private Properties producerConfig(JsonNode command) {
        Properties config = clientConfig(brokers, command);
        config.put("key.serializer", StringSerializer.class.getName());
        config.put("value.serializer", StringSerializer.class.getName());
        config.put("acks", "all");
        config.putIfAbsent("linger.ms", "5");
        return config;
    }

    private static Properties clientConfig(String bootstrap, JsonNode command) {
        Properties config = new Properties();
        config.put("bootstrap.servers", bootstrap);
        // A broker under fault tests is often away: look for it again soon.
        config.put("reconnect.backoff.max.ms", "500");
        config.put("metadata.max.age.ms", "5000");
        command.path("client").properties().forEach(e -> config.put(e.getKey(), e.getValue().asText()));
        return config;
    }

    private synchronized Admin admin(JsonNode command) {
        if (command.path("via").asText().equals("controllers")) {
            if (controllerAdmin == null) {
                Properties config = clientConfig("", command);
                config.remove("bootstrap.servers");
                config.put("bootstrap.controllers", controllers);
                controllerAdmin = Admin.create(config);
            }
            return controllerAdmin;
        }
        if (brokerAdmin == null) {
            brokerAdmin = Admin.create(clientConfig(brokers, command));
        }
        return brokerAdmin;
    }

    private static void ids(ArrayNode array, Collection<Node> nodes) {
        nodes.forEach(node -> array.add(node.id()));
    }

    private static void replicas(ArrayNode array, List<QuorumInfo.ReplicaState> states) {
        for (QuorumInfo.ReplicaState state : states) {
            array.addObject().put("id", state.replicaId()).put("logEndOffset", state.logEndOffset());
        }
    }

    /** Writes ascending numbers as [first, last] pairs, both inclusive. */
    private static void ranges(ArrayNode array, Collection<Integer> ascending) {
        Integer first = null;
        Integer last = null;
        for (Integer index : ascending) {
            if (first != null && index == last + 1) {
                last = index;
                continue;
            }
            if (first != null) {
                array.addArray().add(first).add(last);
            }
            first = index;
            last = index;
        }
        if (first != null) {
            array.addArray().add(first).add(last);
        }
    }

    private static void write(JsonNode line) {
        synchronized (OUT) {
            OUT.println(line);
            OUT.flush();
        }
    }
}
