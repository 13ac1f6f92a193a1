package sideload.phone;

/** What shall go wrong when the app has said so many lines: `crash=3`, or `kill=3`. */
final class Fault {
  private static final int KILLED = 137;

  private final String kind;
  private int left;

  Fault(String asked) {
    String[] parts = asked.split("=", 2);
    kind = parts[0];
    left = parts.length < 2 ? -1 : Integer.parseInt(parts[1]);
  }

  /** A line has been said. */
  void said(PhoneLog log) {
    if (left > 0) left--;
    if (left != 0) return;
    if (kind.equals("crash")) throw new IllegalStateException("a fault that was asked for");
    log.system("lowmemorykiller", "Kill '" + System.getProperty("sideload.package") + "' to free 512 MB");
    log.ends("has died: fg  TOP ", KILLED);
  }
}
