package androidx.test.platform.app

import android.content.Context

public abstract class Instrumentation {
    public abstract val targetContext: Context
}

public object InstrumentationRegistry {
    @JvmStatic
    public fun getInstrumentation(): Instrumentation = error("only on a phone")
}
