// What generated code asks of an app's context, where the app is a folder; the signatures are Android's.
package android.content;

import android.content.res.AssetManager;
import java.io.File;

public class Context {
    private final File folder;

    public Context(File folder) {
        this.folder = folder;
    }

    public AssetManager getAssets() {
        return new AssetManager(new File(folder, "app.zip"));
    }

    public File getNoBackupFilesDir() {
        return new File(folder, "no_backup");
    }
}
