package android.os;

public final class Build {
    public static final String MODEL = "none";
    public static final String MANUFACTURER = "none";
    public static final String HARDWARE = "none";
    public static final String[] SUPPORTED_ABIS = {"x86_64"};

    public static final class VERSION {
        public static final int SDK_INT = 35;
        public static final String RELEASE = "15";
    }
}
