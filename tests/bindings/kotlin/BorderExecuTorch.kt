// What only ExecuTorch has: several methods in one file.
package caller

import sideload.models.Newer
import sideload.models.Several
import sideload.models.Unlinked
import java.io.File

internal fun alone(
    folder: File,
    models: File,
) {
    Several.open(File(models, "several.pte")).use { several ->
        val three = floatArrayOf(1f, 2f, 3f)
        println("methods: ${several.predict(three).y.toList()} ${several.half(three, 2f).z.toList()}")
        attempt("too few of a method") { several.half(floatArrayOf(1f, 2f), 2f) }
        several.halfBuffers().use { buffers ->
            buffers.x.put(three).rewind()
            buffers.by.put(0, 4f)
            buffers.run()
            println("in buffers: ${buffers.z.get(0)} ${buffers.z.get(2)}")
        }
    }
    attempt("too old") { Newer.open(File(folder, "newer.pte")).close() }
    attempt("not linked") { Unlinked.open(File(folder, "unlinked.pte")).close() }
}
