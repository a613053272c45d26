CREATE TABLE readings (
    id varchar(100) PRIMARY KEY,
    text varchar(1000) NOT NULL
);
