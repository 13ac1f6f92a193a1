// The little of Android's test library that generated tests name, with the same signatures.
package androidx.test.platform.app

import android.app.Instrumentation

public object InstrumentationRegistry {
    @JvmStatic
    public fun getInstrumentation(): Instrumentation = error("only on a phone")
}
