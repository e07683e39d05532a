/*
 * Owns one JVM that runs Kafka's command-line tools one after another, each as if the JVM were its own:
 * reads one JSON object a line on stdin ({"id", "mains", "args", "input", "timeoutMs"}) and answers each with
 * {"id", "ok", "exitCode", "stdout", "stderr"}. An exit ends the tool's run and not the JVM. The end of stdin does.
 */

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Exit;

public final class Tools {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PrintStream OUT = System.out;
    private static final InputStream IN = System.in;

    /** The run that prints now; what libraries print in between belongs to none. */
    private static volatile Run current;

    public static void main(String[] args) throws Exception {
        // Libraries keep the streams that they find first, so these stay and hand on to the current run.
        System.setOut(new LastingStream(new RunOutput(true)));
        System.setErr(new LastingStream(new RunOutput(false)));
        Exit.setExitProcedure((code, message) -> exit(code));
        Exit.setHaltProcedure((code, message) -> exit(code));
        Exit.setShutdownHookAdder((name, hook) -> {
            Run run = current;
            if (run != null) {
                run.hooks.add(hook);
            }
        });
        write(JSON.createObjectNode().put("ready", true));
        BufferedReader in = new BufferedReader(new InputStreamReader(IN));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            write(answer(JSON.readTree(line)));
        }
        Runtime.getRuntime().halt(0);
    }

    private static ObjectNode answer(JsonNode question) throws Exception {
        Run run = new Run();
        List<String> args = new ArrayList<>();
        question.get("args").forEach(arg -> args.add(arg.asText()));
        System.setIn(new ByteArrayInputStream(question.path("input").asText().getBytes(StandardCharsets.UTF_8)));
        current = run;
        Thread thread = new Thread(() -> run.main(mainOf(question), args.toArray(new String[0])), "main");
        thread.setDaemon(true);
        thread.start();
        Integer exitCode = run.await(question.get("timeoutMs").asLong());
        if (exitCode != null) {
            run.hooks.forEach(Runnable::run);
        }
        ObjectNode answer = JSON.createObjectNode().put("id", question.get("id").asLong());
        answer.put("exitCode", exitCode).put("stdout", run.stdout.toString(StandardCharsets.UTF_8));
        answer.put("stderr", run.stderr.toString(StandardCharsets.UTF_8));
        current = null;
        // A tool that has exited may still be closing its client; one that is late is told to give up.
        if (exitCode == null) {
            thread.interrupt();
        }
        thread.join(2_000);
        return answer.put("ok", true);
    }

    /** The first main class of the list that this release has. */
    private static Method mainOf(JsonNode question) {
        for (JsonNode name : question.get("mains")) {
            try {
                return Class.forName(name.asText()).getMethod("main", String[].class);
            } catch (ClassNotFoundException missing) {
                continue;
            } catch (NoSuchMethodException error) {
                throw new IllegalStateException(error);
            }
        }
        throw new IllegalArgumentException("no main class among " + question.get("mains"));
    }

    private static void exit(int code) {
        Run run = current;
        if (run != null) {
            run.end(code);
        }
        throw new Exited();
    }

    private static void write(JsonNode line) {
        OUT.println(line);
        OUT.flush();
    }

    /** Unwinds a tool that has exited; a tool that catches it goes on unheard. */
    private static final class Exited extends Error {
        Exited() {
            super("exited", null, false, false);
        }
    }

    /** One run of a tool: what it printed until it ended, and with what code it ended. */
    private static final class Run {
        final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
        final ByteArrayOutputStream stderr = new ByteArrayOutputStream();
        final List<Runnable> hooks = new ArrayList<>();
        private Integer exitCode;
        private Thread exiting;

        void main(Method main, String[] args) {
            int code = 0;
            try {
                main.invoke(null, (Object) args);
            } catch (InvocationTargetException thrown) {
                if (!(thrown.getCause() instanceof Exited)) {
                    System.err.print("Exception in thread \"main\" ");
                    thrown.getCause().printStackTrace();
                    code = 1;
                }
            } catch (IllegalAccessException error) {
                throw new IllegalStateException(error);
            }
            end(code);
        }

        synchronized void end(int code) {
            if (exitCode == null) {
                exitCode = code;
                exiting = Thread.currentThread();
                notifyAll();
            }
        }

        /** After its exit only shutdown hooks are heard, and those run on another thread. */
        synchronized boolean isHeard() {
            return exitCode == null || Thread.currentThread() != exiting;
        }

        synchronized Integer await(long timeoutMs) throws InterruptedException {
            long deadline = System.nanoTime() + timeoutMs * 1_000_000;
            while (exitCode == null && System.nanoTime() < deadline) {
                wait(Math.max(1, (deadline - System.nanoTime()) / 1_000_000));
            }
            return exitCode;
        }
    }

    /** A stream that the next tool can still print to after one has closed it. */
    private static final class LastingStream extends PrintStream {
        LastingStream(OutputStream out) {
            super(out, true, StandardCharsets.UTF_8);
        }

        @Override
        public void close() {
            flush();
        }
    }

    /** Where every print goes: to the current run, or nowhere. */
    private static final class RunOutput extends OutputStream {
        private final boolean isStdout;

        RunOutput(boolean isStdout) {
            this.isStdout = isStdout;
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Run run = current;
            if (run != null && run.isHeard()) {
                (isStdout ? run.stdout : run.stderr).write(bytes, offset, length);
            }
        }
    }
}
