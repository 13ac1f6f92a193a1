// Generated classes and hand-written ones take turns; one ratio a line.
package benchmark

import java.io.File

private fun nanoseconds(call: () -> Unit): Double {
    val started = System.nanoTime()
    call()
    return (System.nanoTime() - started).toDouble()
}

/** A quarter of the calls are quicker: those that nothing else on the machine disturbed. */
private fun quick(values: List<Double>): Double = values.sorted()[values.size / 4]

private fun duet(
    seconds: Double,
    generated: () -> Unit,
    byHand: () -> Unit,
): Double {
    val ours = ArrayList<Double>()
    val theirs = ArrayList<Double>()
    var left = seconds * 1e9
    while (left > 0 || ours.size < 11) {
        if (ours.size % 2 == 0) {
            ours.add(nanoseconds(generated))
            theirs.add(nanoseconds(byHand))
        } else {
            theirs.add(nanoseconds(byHand))
            ours.add(nanoseconds(generated))
        }
        left -= ours.last() + theirs.last()
    }
    return quick(ours) / quick(theirs)
}

private fun play(
    generated: () -> FloatArray,
    byHand: () -> FloatArray,
) {
    check(generated().contentEquals(byHand()))
    duet(3.0, { generated() }, { byHand() })
    repeat(9) { println(duet(0.7, { generated() }, { byHand() })) }
}

private fun playFast(
    generated: () -> Unit,
    byHand: () -> Unit,
) {
    duet(3.0, generated, byHand)
    repeat(9) { println(duet(0.7, generated, byHand)) }
}

private fun digits(
    isFast: Boolean,
    path: String,
) {
    val image = FloatArray(64) { it % 17 / 16f }
    val theirs = DigitsByHand(path)
    val ours = sideload.models.Digits.open(File(path), threads = 1)
    if (!isFast) return play({ ours.predict(image).logits }, { theirs.predict(image) })
    val buffers = ours.buffers(1)
    buffers.image.put(image).rewind()
    theirs.image.put(image).rewind()
    buffers.run()
    theirs.run()
    check(buffers.logits == theirs.logits)
    playFast(buffers::run, theirs::run)
}

private fun minilm(
    isFast: Boolean,
    path: String,
) {
    val ids = LongArray(32) { 1000L + it }
    val mask = LongArray(32) { 1 }
    val theirs = MinilmByHand(path)
    val ours = sideload.models.Minilm.open(File(path), threads = 1)
    if (!isFast) return play({ ours.predict(ids, mask, 1).embedding }, { theirs.predict(ids, mask) })
    val buffers = ours.buffers(1, 32)
    for ((into, values) in listOf(buffers.inputIds to ids, buffers.attentionMask to mask, theirs.ids to ids, theirs.mask to mask)) {
        into.put(values).rewind()
    }
    buffers.run()
    theirs.run()
    check(buffers.embedding == theirs.embedding)
    playFast(buffers::run, theirs::run)
}

public fun main(arguments: Array<String>) {
    val (model, form, path) = arguments
    if (model == "digits") digits(form == "fast", path) else minilm(form == "fast", path)
}
