package sideload.phone;

/** What shall go wrong when the app has said so many lines: `crash=3`, `kill=3` or `silence=3`. */
final class Fault {
  private final String kind;
  private int left;

  Fault(String asked) {
    String[] parts = asked.split("=", 2);
    kind = parts[0];
    left = parts.length < 2 ? -1 : Integer.parseInt(parts[1]);
  }

  /** Is a line logged? */
  boolean lets(PhoneLog log) {
    return !(left == 0 && kind.equals("silence"));
  }

  /** A line has been said. */
  void said(PhoneLog log) {
    if (left > 0) left--;
    if (left != 0) return;
    switch (kind) {
      case "crash" -> throw new IllegalStateException("a fault that was asked for");
      case "kill" -> {
        log.system("lowmemorykiller", "Kill '" + System.getProperty("sideload.package") + "' to free 512 MB");
        log.ends("has died: fg  TOP ", 137);
      }
      case "silence" -> forever();
      default -> { }
    }
  }

  private static void forever() {
    while (true) {
      try {
        Thread.sleep(Long.MAX_VALUE);
      } catch (InterruptedException ignored) {
        // Nothing ends this but the process.
      }
    }
  }
}
