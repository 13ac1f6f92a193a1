// The little of Android and of its tests that generated sources name, with the same signatures.
@file:Suppress("UNUSED_PARAMETER", "unused")

package android.content

import java.io.File
import java.io.InputStream

public abstract class AssetManager {
    public abstract fun open(fileName: String): InputStream
}

public abstract class Context {
    public open val assets: AssetManager get() = error("only on a phone")
    public open val filesDir: File get() = error("only on a phone")

    public open fun getExternalFilesDir(type: String?): File? = error("only on a phone")

    public open val noBackupFilesDir: File get() = error("only on a phone")
    public open val applicationContext: Context get() = error("only on a phone")
}

public class Intent {
    public fun getStringExtra(name: String): String? = null

    public fun getIntExtra(
        name: String,
        defaultValue: Int,
    ): Int = defaultValue
}
