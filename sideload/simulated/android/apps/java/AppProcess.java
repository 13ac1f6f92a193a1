package sideload.phone;

import android.app.Activity;
import android.app.Application;
import android.content.Intent;
import android.os.Environment;
import android.os.Looper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.robolectric.Robolectric;
import org.robolectric.RobolectricTestRunner;
import org.robolectric.RuntimeEnvironment;
import org.robolectric.Shadows;
import org.robolectric.annotation.Config;
import org.robolectric.annotation.ConscryptMode;
import org.robolectric.annotation.GraphicsMode;
import org.robolectric.annotation.SQLiteMode;
import org.robolectric.shadows.ShadowEnvironment;
import org.robolectric.shadows.ShadowLog;

/** One process of an app: its Activity, brought to the front, and a main thread that goes on. */
@RunWith(RobolectricTestRunner.class)
@Config(sdk = 35)
@ConscryptMode(ConscryptMode.Mode.OFF)
@GraphicsMode(GraphicsMode.Mode.LEGACY)
@SQLiteMode(SQLiteMode.Mode.LEGACY)
public final class AppProcess {
  private static final long PAUSE_MS = 10;

  private final Path root = Path.of(System.getProperty("sideload.root"));
  private final String name = System.getProperty("sideload.package");

  @Test
  public void runs() throws Exception {
    PhoneLog log = new PhoneLog(root.resolve("data/misc/logd/main"), name);
    ShadowLog.stream = log;
    Thread.setDefaultUncaughtExceptionHandler(log::crashed);
    try {
      log.system("ActivityManager", "Start proc " + ProcessHandle.current().pid() + ":" + name + "/u0a1");
      keepFiles();
      String activity = System.getProperty("sideload.activity");
      Class<? extends Activity> type = Class.forName(activity).asSubclass(Activity.class);
      Robolectric.buildActivity(type, intent(type)).setup();
      log.system("ActivityTaskManager", "Displayed " + name + "/" + activity);
      Files.createFile(Path.of(System.getProperty("sideload.displayed")));
      while (true) {
        Shadows.shadowOf(Looper.getMainLooper()).idle();
        Thread.sleep(PAUSE_MS);
      }
    } catch (Throwable error) {
      log.crashed(Thread.currentThread(), error);
    }
  }

  /** Files of an app lie where a phone has them, and stay when its process ends. */
  private void keepFiles() throws Exception {
    Application application = RuntimeEnvironment.getApplication();
    Path data = Path.of(application.getApplicationInfo().dataDir);
    Path kept = root.resolve("data/data").resolve(name);
    Files.createDirectories(kept);
    try (Stream<Path> found = Files.walk(data)) {
      for (Path path : found.sorted(Comparator.reverseOrder()).toArray(Path[]::new)) Files.delete(path);
    }
    Files.createSymbolicLink(data, kept);
    // Robolectric has an app's folder there under another name than a phone.
    Path media = root.resolve("data/media");
    Path shared = root.resolve("storage/emulated/0/Android/data").resolve(name);
    Files.createDirectories(media.resolve("Android/data").resolve(name));
    Files.createDirectories(shared);
    Files.deleteIfExists(shared.resolve("files"));
    Files.createSymbolicLink(shared.resolve("files"), media.resolve("Android/data").resolve(name));
    ShadowEnvironment.setExternalStoragePublicDirectory(media);
    ShadowEnvironment.setExternalStorageState(Environment.MEDIA_MOUNTED);
  }

  private static Intent intent(Class<? extends Activity> type) throws Exception {
    Intent made = new Intent(RuntimeEnvironment.getApplication(), type);
    String text = Files.readString(Path.of(System.getProperty("sideload.intent")), StandardCharsets.UTF_8);
    List<String> words = List.of(text.split("\0", -1));
    for (int at = 0; at + 2 < words.size(); at += 3) extra(made, words.get(at), words.get(at + 1), words.get(at + 2));
    return made;
  }

  private static void extra(Intent made, String kind, String key, String value) {
    switch (kind) {
      case "action" -> made.setAction(value);
      case "category" -> made.addCategory(value);
      case "es" -> made.putExtra(key, value);
      case "ei" -> made.putExtra(key, Integer.parseInt(value));
      case "el" -> made.putExtra(key, Long.parseLong(value));
      case "ef" -> made.putExtra(key, Float.parseFloat(value));
      case "ez" -> made.putExtra(key, Boolean.parseBoolean(value));
      default -> throw new IllegalArgumentException(kind);
    }
  }
}
