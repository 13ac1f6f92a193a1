package android.os

public class Bundle

public object Build {
    @JvmField
    public val MODEL: String? = "a JVM"

    public object VERSION {
        @JvmField
        public val RELEASE: String? = "0"
    }
}
