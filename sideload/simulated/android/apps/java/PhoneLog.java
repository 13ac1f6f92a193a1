package sideload.phone;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;

/** What an app logs, as lines of `logcat -v threadtime`; and how its process ends. */
final class PhoneLog extends PrintStream {
  // Android's limit for one entry, of which its tag takes a part.
  private static final int MOST_BYTES = 4068;
  private static final Set<String> OURS = Set.of("LifecycleMonitor", "Robolectric");
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("MM-dd HH:mm:ss.SSS");
  private static final String MARK = "sideload:1 ";

  private final Path file;
  private final String name;
  private final Fault fault = new Fault(System.getProperty("sideload.fault", ""));
  private final long pid = ProcessHandle.current().pid();

  PhoneLog(Path file, String name) {
    super(OutputStream.nullOutputStream());
    this.file = file;
    this.name = name;
  }

  /** Robolectric's form: a letter, the tag, the message. */
  @Override
  public void println(String text) {
    int colon = text.indexOf(": ");
    if (text.length() < 3 || text.charAt(1) != '/' || colon < 0) return;
    String tag = text.substring(2, colon);
    if (OURS.contains(tag)) return;
    String message = text.substring(colon + 2);
    write(text.charAt(0), tag, message, pid);
    if (message.startsWith(MARK)) fault.said(this);
  }

  /** An exception that was logged with a message. */
  @Override
  public void println(Object thrown) {
    write('W', "System.err", String.valueOf(thrown), pid);
  }

  /** A line of the system's own processes. */
  void system(String tag, String message) {
    write('I', tag, message, 1);
  }

  /** What Android does with an exception that nobody catches. */
  void crashed(Thread thread, Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    String head = "FATAL EXCEPTION: " + thread.getName() + "\nProcess: " + name + ", PID: " + pid;
    write('E', "AndroidRuntime", head + "\n" + text, pid);
    ends("has died: fg  TOP ", 1);
  }

  /** The process ends at once; the system says how. */
  void ends(String how, int code) {
    system("ActivityManager", "Process " + name + " (pid " + pid + ") " + how);
    Runtime.getRuntime().halt(code);
  }

  private synchronized void write(char priority, String tag, String message, long process) {
    byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
    int most = MOST_BYTES - tag.length() - 3;
    String kept = bytes.length <= most ? message : new String(bytes, 0, most, StandardCharsets.UTF_8);
    StringBuilder lines = new StringBuilder();
    for (String line : kept.split("\n")) {
      String head = TIME.format(LocalDateTime.now());
      lines.append(String.format("%s %5d %5d %c %-8s: %s%n", head, process, process, priority, tag, line));
    }
    try {
      Files.writeString(file, lines, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException error) {
      Runtime.getRuntime().halt(1);
    }
  }
}
