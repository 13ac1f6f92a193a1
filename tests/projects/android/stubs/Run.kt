// Runs a benchmark on a JVM: the app's assets are a folder, and so are its files.
package dev.sideload.benchmark

import android.content.AssetManager
import android.content.Context
import java.io.File
import java.io.InputStream

private class Folder(
    root: File,
) : Context() {
    override val assets: AssetManager =
        object : AssetManager() {
            override fun open(fileName: String): InputStream = File(root, "assets/$fileName").inputStream()
        }
    override val filesDir: File = File(root, "files")
    override val noBackupFilesDir: File = File(root, "no_backup")
    override val applicationContext: Context get() = this
}

public fun main(arguments: Array<String>) {
    val app = Folder(File(arguments[0]))
    for (model in MODELS.keys) {
        val samples = File(arguments[0], "runs/$model/go").takeIf(File::exists)?.readLines().orEmpty().size
        Benchmark(app, Plan(model, model, 1, 2, 0, 5, samples), File(arguments[0], "runs/$model"), ::println).run()
    }
    Benchmark(app, Plan("no \"such\"", "none", 1, 2, 0, 5, 0), File(arguments[0]), ::println).run()
}
